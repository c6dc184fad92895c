-- Who is in a story's cluster.
-- ARGV[1] job  [2] seq  [3] most members
-- Returns false, if the story is not remembered, or {1 if there are more, order key, id, order key, id, …}: from the
-- head down, whoever follows whom, in no order that means anything.
--
-- `kin` of a node are the copies of its first story, and the first stories of the texts that follow it, or once did.
local most = tonumber(ARGV[3])
local HOPS = 256

local tag = seat(ARGV[1], ARGV[2])
if not tag then return false end
for _ = 1, HOPS do
  local _, what = up(tag)
  if not what or not paged('text', what) then break end
  tag = what
end

local found, nodes, at = {}, {tag}, 1
while nodes[at] and #found < 2 * most do
  local here = nodes[at]
  local first = order_of(paged('text', here))
  found[#found + 1], found[#found + 2] = first, id_of(first)
  for _, other in ipairs(call('ZRANGE', of_node('kin', here), 0, most - 1)) do
    local its, its_first = seat(story_of(other))
    if its == here and other ~= first then
      found[#found + 1], found[#found + 2] = other, id_of(other)
    elseif its and its ~= here and its_first == other then
      local _, what = up(its)
      if what == here then nodes[#nodes + 1] = its end
    end
  end
  at = at + 1
end
local more = (nodes[at] or #found > 2 * most) and 1 or 0
return {more, unpack(found, 1, math.min(#found, 2 * most))}
