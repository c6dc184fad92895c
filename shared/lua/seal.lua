-- A job's files have been read to their end, or given up on: `received` is final.
-- ARGV[5] job  [6] error (JSON) or ''
-- Returns messages.
local job = ARGV[5]
if stage_of(job, 'ingest') then
  become(job, 'running')
  if ARGV[6] ~= '' then redis.call('HSET', key(job, 'job'), 'error', ARGV[6]) end
  event(job, 'read', field(job, 'received'))
end
drop_lease(job, 'ingest')
redis.call('ZREM', OUTBOX, job .. ':ingest')
finish_if_done(job)
return release({})
