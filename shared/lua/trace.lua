-- Where stories stand in their clusters, as of now.
-- ARGV  two per story: job, seq
-- Returns per story false, if it is not remembered, or
--   {id of the first story with its text or '', id of the last story on the chain of those it is a copy of, id of the
--    cluster's head, id of the newest version that supersedes it or '', {marks of the kills of what it is a copy of}}
--
-- Every step goes to a story that is earlier in order, so it ends. HOPS only bounds what a script may cost.
local HOPS = 256

-- The newest version that follows `tag` and is later than `order`: it must be the first of its text still, and follow
-- `tag` still; one that was killed supersedes nothing.
local function newest(tag, order)
  for _, other in ipairs(call('ZREVRANGE', of_node('later', tag), 0, -1)) do
    if not before(order, other) then return nil end
    local job, seq = story_of(other)
    local its, first = seat(job, seq)
    if its and first == other and call('HEXISTS', dead(job), seq) == 0 then
      local how, what = up(its)
      if how == VERSION and what == tag then return other end
    end
  end
end

local function trace(job, seq)
  local tag, first = seat(job, seq)
  if not tag then return false end
  local how, what = up(tag)
  local same, kills, hops = false, {}, 0

  local function climb()
    local record = hops < HOPS and paged('text', what)
    if not record then return false end
    tag, first, hops = what, order_of(record), hops + 1
    how, what = up(tag)
    return true
  end

  local function copies()
    local of, number = story_of(first)
    kills[#kills + 1] = call('HGET', dead(of), number) or nil
  end

  local of, number = story_of(first)
  if of ~= job or number ~= tonumber(seq) then
    same = first
    copies()
  end
  -- What it is a copy of, of which that is a copy, …
  local words = true
  while how == EXACT or how == NEAR do
    words = words and how == EXACT
    if not climb() then break end
    if words then same = first end
    copies()
  end
  -- From there to the first version of all.
  local text, latest = first, newest(tag, first)
  while how and climb() do
    local other = newest(tag, text)
    if other and (not latest or before(latest, other)) then latest = other end
  end
  return {same and id_of(same) or '', id_of(text), id_of(first), latest and id_of(latest) or '', kills}
end

local answers = {}
for at = 1, #ARGV, 2 do answers[#answers + 1] = trace(ARGV[at], ARGV[at + 1]) end
return answers
