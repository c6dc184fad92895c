-- Note what the later of two stories is to the earlier. Order and repetition do not matter: of what a story is to others
-- the strongest stays, and of equals that to the earliest.
--
-- ARGV[1]  seconds a key lives
-- ARGV[2]  most kin of a node that are known by name: the earliest
-- ARGV[3]  most versions of a node that are: the latest
-- ARGV[4…] three per tie: order key of the later, order key of the earlier, how strongly ('4' the same words, '3' a copy,
--          '2' a version)
--
-- Only the first story of a text is tied: the others say no more than it does. One that is the first no longer, since an
-- earlier one came meanwhile, is passed over: the earlier one asks for itself.
local ttl, kin, versions = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local function note(key, order)
  call('ZADD', key, 0, order)
  call('EXPIRE', key, ttl)
end

for at = 4, #ARGV, 3 do
  local later, earlier, how = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local tag, first = seat(story_of(later))
  local what = seat(story_of(earlier))
  if tag and what and tag ~= what and first == later then
    local known, _, order = up(tag)
    if not known or how > known or (how == known and before(earlier, order)) then
      local generation, number = node(tag)
      local key = page('up', generation, number)
      call('HSET', key, number, how .. string.char(#what) .. what .. earlier)
      call('EXPIRE', key, ttl)
    end
    note(of_node('kin', what), later)
    call('ZREMRANGEBYRANK', of_node('kin', what), kin, -1)
    if how == VERSION then
      note(of_node('later', what), later)
      call('ZREMRANGEBYRANK', of_node('later', what), 0, -1 - versions)
    end
  end
end
