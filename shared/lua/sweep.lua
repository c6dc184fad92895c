-- The clerk's round: whatever is overdue is armed again and its message handed back; embargoes that have passed are
-- lifted; waiting batches are let in.
-- ARGV[5] how many overdue units to look at, at most  [6] seconds that none can be due ahead: if one is, the clock was
-- set back, and nobody knows for how long it has been waiting
-- Returns messages.
local sends = {}
local overdue = redis.call('ZRANGEBYSCORE', OUTBOX, '-inf', NOW, 'LIMIT', 0, ARGV[5])
for _, member in ipairs(redis.call('ZRANGEBYSCORE', OUTBOX, NOW + ARGV[6], '+inf', 'LIMIT', 0, ARGV[5])) do
  table.insert(overdue, member)
end
for _, member in ipairs(overdue) do
  local job, unit = member:match('^(.*):([^:]*)$')
  local stage = stage_of(job, unit)
  if stage == nil or stage == FINISHED then
    redis.call('ZREM', OUTBOX, member)
  else
    redis.call('ZADD', OUTBOX, NOW + RESEND, member)
    tally('resent:' .. stage_name(stage), 1)
    table.insert(sends, {job, unit, stage})
  end
end
local released = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', EMBARGO, '-inf', NOW, 'LIMIT', 0, 1000)) do
  local job, seq = member:match('^(.*):([^:]*)$')
  if let_out(job, tonumber(seq)) and ended(field(job, 'state')) then
    released[job] = released[job] or {}
    table.insert(released[job], tonumber(seq))
  end
end
for job, seqs in pairs(released) do notify(job, 'story.released', seqs) end
return release(sends)
