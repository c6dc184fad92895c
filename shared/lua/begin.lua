-- Take a unit of work, for as long as the lease lasts.
-- ARGV[5] job  [6] unit  [7] stage number or 'ingest'  [8] token  [9] lease seconds  [10] deaths that convict a file
-- Returns {'OK', tries, blob, first, letters, deaths, options (JSON)} | {'BUSY'} | {'STALE', messages}; for 'ingest', in the place of
-- the deaths, how many stories may have been received when a file is given up: {file, stories, …}.
-- BUSY: somebody else holds a live lease, or wrote the batch in a format that the caller is too old for. STALE: the unit is not at this stage, or not in the pipeline (a late message
-- for a batch that waits to be retried); if a later stage is due, its message is handed back, since whoever committed
-- may have died before sending it.
local job, unit, wanted, token = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local stage = stage_of(job, unit)
local due = stage and stage ~= FINISHED and redis.call('ZSCORE', OUTBOX, job .. ':' .. unit)
if not due then return {'STALE', {}} end
if tostring(stage) ~= wanted then return {'STALE', {{job, unit, stage}}} end
local lease = key(job, 'lease')
local held = redis.call('HMGET', lease, unit .. ':token', unit .. ':until', unit .. ':hand')
-- A lease that would last longer than any can is of a time before the clock was set back.
if held[1] and tonumber(held[2]) > NOW and tonumber(held[2]) < NOW + 2 * ARGV[9] then return {'BUSY'} end
local blob = redis.call('HGET', key(job, 'blob'), unit)
if blob and blob:byte() > FORMAT then return {'BUSY'} end
if held[1] then tally('expired:' .. stage_name(stage), 1) end
-- The last holder went silent. If it had named the story (the file) it was working on, that one is under suspicion.
if held[1] and held[3] then
  if unit == 'ingest' then
    local deaths = redis.call('HINCRBY', key(job, 'readers'), held[3], 1)
    -- From now on every reader stops there, so that all of them make the same batches.
    if deaths >= tonumber(ARGV[10]) then redis.call('HSETNX', key(job, 'cuts'), held[3], field(job, 'received')) end
  else
    redis.call('HINCRBY', key(job, 'death'), held[3], 1)
  end
end
local tries = redis.call('HINCRBY', lease, unit .. ':tries', 1)
redis.call('HDEL', lease, unit .. ':hand')
redis.call('HSET', lease, unit .. ':token', token, unit .. ':until', NOW + ARGV[9])
redis.call('ZADD', OUTBOX, 'XX', NOW + ARGV[9], job .. ':' .. unit)
if unit == 'ingest' then return {'OK', tries, '', 0, '', redis.call('HGETALL', key(job, 'cuts')), field(job, 'options')} end
local first, letters = outcomes_of(job, unit)
return {'OK', tries, blob, first, letters,
        tries > 1 and redis.call('HGETALL', key(job, 'death')) or {}, field(job, 'options')}
