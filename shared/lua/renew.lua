-- Keep a lease, and say which story is in hand ('' for none in particular).
-- ARGV[5] job  [6] unit  [7] token  [8] lease seconds  [9] seq or ''
-- Returns 1, or 0 when the lease has gone to somebody else.
local job, unit = ARGV[5], ARGV[6]
local lease = key(job, 'lease')
if redis.call('HGET', lease, unit .. ':token') ~= ARGV[7] then return 0 end
redis.call('HSET', lease, unit .. ':until', NOW + ARGV[8])
if ARGV[9] ~= '' then redis.call('HSET', lease, unit .. ':hand', ARGV[9]) end
redis.call('ZADD', OUTBOX, 'XX', NOW + ARGV[8], job .. ':' .. unit)
return 1
