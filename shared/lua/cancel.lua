-- Stop a job: what is pending ends as cancelled, what has ended stays as it is.
-- ARGV[5] job
-- Returns {'OK', messages} or {'ENDED', {}}.
local job = ARGV[5]
if ended(field(job, 'state')) then return {'ENDED', {}} end
local letters = redis.call('GET', key(job, 'outcome')) or ''
local cancelled, times = letters:gsub('p', 'c')
if times > 0 then
  redis.call('SET', key(job, 'outcome'), cancelled)
  count(job, 'n:pending', -times)
  count(job, 'n:cancelled', times)
end
local batches = tonumber(field(job, 'batches'))
for batch = 0, batches - 1 do redis.call('ZREM', OUTBOX, job .. ':' .. batch) end
redis.call('ZREM', OUTBOX, job .. ':ingest')
redis.call('ZREM', RING, job)
redis.call('DEL', key(job, 'todo'), key(job, 'lease'))
if batches > 0 then redis.call('SET', key(job, 'stage'), string.rep(FINISHED, batches)) end
redis.call('HSET', key(job, 'job'), 'inflight', 0)
end_job(job, 'cancelled')
return {'OK', release({})}
