-- A new job, waiting to be read.
-- ARGV[5] job  [6] files (JSON)  [7] options (JSON)  [8] tenant  [9] weight  [10] seconds it is kept once it has ended
-- Returns the message to send.
local job = ARGV[5]
redis.call('HSET', key(job, 'job'), 'created', NOW, 'files', ARGV[6], 'options', ARGV[7],
           'tenant', ARGV[8], 'weight', ARGV[9], 'retention', ARGV[10],
           'received', 0, 'batches', 0, 'inflight', 0, 'n:pending', 0)
local webhook = cjson.decode(ARGV[7]).webhook
if webhook and webhook ~= cjson.null then redis.call('HSET', key(job, 'job'), 'webhook', webhook) end
become(job, 'queued')
redis.call('ZADD', JOBS, NOW, job)
redis.call('ZADD', JOBS .. ':' .. ARGV[8], NOW, job)
arm(job, 'ingest')
event(job, 'queued', '')
return {{job, 'ingest', 0}}
