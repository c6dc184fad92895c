-- Add the next batch of stories to a job that is being read.
-- ARGV[5] job  [6] token  [7] batch number  [8] blob  [9] state letters, one a story
-- Returns {'OK' | 'SEEN' | 'ENDED' | 'LOST', messages}. LOST: the lease went to somebody else, who reads on. SEEN: an earlier reader, since lost, had already added it; reading is
-- repeatable, so its batch was the same.
local job, token, batch, blob, letters = ARGV[5], ARGV[6], tonumber(ARGV[7]), ARGV[8], ARGV[9]
local state = field(job, 'state')
if state ~= 'queued' and state ~= 'ingesting' then return {'ENDED', {}} end
local lease = key(job, 'lease')
if redis.call('HGET', lease, 'ingest:token') ~= token then return {'LOST', {}} end
local batches = tonumber(field(job, 'batches'))
if batch < batches then return {'SEEN', {}} end
if batch > batches then return redis.error_reply('batch ' .. batch .. ' skips ' .. batches) end

local pending = letters:find('p', 1, true)
-- Progress: only readers that die without adding anything count, against the file in hand and all in all.
redis.call('HDEL', lease, 'ingest:tries')
redis.call('DEL', key(job, 'readers'))
redis.call('HSET', key(job, 'blob'), batch, blob)
redis.call('ZADD', key(job, 'first'), field(job, 'received'), batch)
redis.call('APPEND', key(job, 'outcome'), letters)
redis.call('APPEND', key(job, 'stage'), pending and 0 or FINISHED)
redis.call('HSET', key(job, 'job'), 'batches', batches + 1)
become(job, 'ingesting')
count(job, 'received', #letters)
for letter, name in pairs(STATES) do
  local _, times = letters:gsub(letter, '')
  if times > 0 then count(job, 'n:' .. name, times) end
end
if pending then
  redis.call('RPUSH', key(job, 'todo'), batch)
  queue_up(job)
else
  for _, stage in ipairs(STAGES) do count(job, 'passed:' .. stage, #letters) end
end
return {'OK', release({})}
