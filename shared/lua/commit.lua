-- Move a batch on: the one place where a story's state and a job's counts change. Exactly once per batch and stage.
-- ARGV[5] job  [6] batch  [7] stage number  [8] token  [9] blob  [10] state letters  [11] seconds spent
--     [12] embargoes, JSON {seq: release time}  [13] marks of the entities named, '' for none
-- Returns {'OK' | 'STALE' | 'LOST', messages}. STALE: already committed (perhaps by us, the answer lost on the way).
-- LOST: the lease went to somebody else, whose commit will count.
local job, batch, stage = ARGV[5], ARGV[6], tonumber(ARGV[7])
local current = stage_of(job, batch)
if current ~= stage then
  return {'STALE', (current and current ~= FINISHED) and {{job, batch, current}} or {}}
end
if redis.call('HGET', key(job, 'lease'), batch .. ':token') ~= ARGV[8] then return {'LOST', {}} end

local first = outcomes_of(job, batch)
local letters = move(job, first, ARGV[10], function(from) return from == 'p' end)
redis.call('HSET', key(job, 'blob'), batch, ARGV[9])
for _, ledger in ipairs({key(job, 'job'), TOTALS}) do
  redis.call('HINCRBYFLOAT', ledger, 'seconds:' .. STAGES[stage + 1], ARGV[11])
end
if ARGV[13] ~= '' then redis.call('HSET', key(job, 'named'), batch, ARGV[13]) end
local tries = redis.call('HGET', key(job, 'lease'), batch .. ':tries')
local passage = batch .. ':' .. STAGES[stage + 1]
local before = redis.call('HGET', key(job, 'trail'), passage)
redis.call('HSET', key(job, 'trail'), passage, (before and before .. '\n' or '') .. NOW .. ' ' .. ARGV[11] .. ' ' .. tries)
for seq, at in pairs(cjson.decode(ARGV[12])) do
  local place = tonumber(seq) - first + 1
  if letters:sub(place, place) == 'w' then redis.call('ZADD', EMBARGO, at, job .. ':' .. seq) end
end

local following = letters:find('p', 1, true) and stage + 1 or FINISHED
redis.call('SETRANGE', key(job, 'stage'), batch, following)
for passed = stage + 1, following do count(job, 'passed:' .. STAGES[passed], #letters) end
if following == FINISHED then
  complete(job, batch)
  return {'OK', release({})}
end
drop_lease(job, batch)
arm(job, batch)
return {'OK', {{job, batch, following}}}
