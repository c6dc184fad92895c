-- What came of an attempt to deliver a webhook.
-- ARGV[5] job  [6] number  [7] the attempt (JSON)  [8] 'delivered', 'dead', or seconds until the next attempt
--     [9] attempts to keep of a job, at most
-- Returns 1, or 0 when the job has expired meanwhile. Another clerk may have delivered it, too (its lease had run out):
-- what has been delivered stays so.
local job, number, ends = ARGV[5], ARGV[6], not tonumber(ARGV[8])
local hooks, member = key(job, 'hooks'), ARGV[5] .. ':' .. ARGV[6]
if redis.call('HEXISTS', hooks, number) == 0 then return 0 end
redis.call('RPUSH', key(job, 'deliveries'), ARGV[7])
redis.call('LTRIM', key(job, 'deliveries'), -ARGV[9], -1)
if ARGV[8] ~= 'delivered' then redis.call('HINCRBY', hooks, number .. ':failures', 1) end
tally('webhook:' .. (ends and ARGV[8] or 'failed'), 1)
if ends then
  if redis.call('HGET', hooks, number .. ':state') ~= 'delivered' then
    redis.call('HSET', hooks, number .. ':state', ARGV[8])
  end
  redis.call('ZREM', WEBHOOKS, member)
else
  redis.call('ZADD', WEBHOOKS, 'XX', NOW + ARGV[8], member)
end
return 1
