-- What the pipeline holds now, for the metrics. Takes as long as there are running jobs; changes nothing.
-- Returns {{state of a running job, how many, …}, age (s) of the oldest of them, batches that wait to be released,
-- {stage of a unit, for how long (s) it waits or '' if it is worked on, …}}; seconds are texts, with their fractions.
local function age(since) return string.format('%.3f', math.max(0, NOW - (tonumber(since) or NOW))) end

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
    table.insert(units, working and '' or age(lease[1]))
  end
end
return {found, age(redis.call('ZRANGE', RUNNING, 0, 0, 'WITHSCORES')[2]), held, units}
