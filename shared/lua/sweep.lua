-- The clerk's round: whatever is overdue is armed again and its message handed back; embargoes that have passed are
-- lifted; waiting batches are let in.
-- ARGV[5] how many overdue units to look at, at most
-- Returns messages.
local sends = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', OUTBOX, '-inf', NOW, 'LIMIT', 0, ARGV[5])) do
  local job, unit = member:match('^(.*):([^:]*)$')
  local stage = stage_of(job, unit)
  if stage == nil or stage == FINISHED then
    redis.call('ZREM', OUTBOX, member)
  else
    redis.call('ZADD', OUTBOX, NOW + RESEND, member)
    table.insert(sends, {job, unit, stage})
  end
end
for _, member in ipairs(redis.call('ZRANGEBYSCORE', EMBARGO, '-inf', NOW, 'LIMIT', 0, 1000)) do
  local job, seq = member:match('^(.*):([^:]*)$')
  move(job, tonumber(seq), 'd', function(from) return from == 'w' end)
  redis.call('ZREM', EMBARGO, member)
end
return release(sends)
