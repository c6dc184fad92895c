-- What the pipeline holds now, for the metrics. Takes as long as there are running jobs; changes nothing.
-- Returns {{state of a running job, how many, …}, when the oldest of them was created or '', batches that wait to be
-- released, {stage of a unit, since when it waits or '' if it is worked on, …}}
local states, found, held, units = {}, {}, 0, {}
for _, job in ipairs(redis.call('ZRANGE', RUNNING, 0, -1)) do
  local state = field(job, 'state') or 'queued'
  states[state] = (states[state] or 0) + 1
  held = held + redis.call('LLEN', key(job, 'todo'))
end
for state, times in pairs(states) do
  table.insert(found, state)
  table.insert(found, times)
end
for _, member in ipairs(redis.call('ZRANGE', OUTBOX, 0, -1)) do
  local job, unit = member:match('^(.*):([^:]*)$')
  local stage = stage_of(job, unit)
  if stage and stage ~= FINISHED then
    local lease = redis.call('HMGET', key(job, 'lease'), unit .. ':since', unit .. ':until')
    local working = lease[2] and tonumber(lease[2]) > NOW
    table.insert(units, stage_name(stage))
    table.insert(units, working and '' or lease[1] or tostring(NOW))
  end
end
return {found, redis.call('ZRANGE', RUNNING, 0, 0, 'WITHSCORES')[2] or '', held, units}
