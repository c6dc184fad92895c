-- Put before every other script of this folder. What all of them share:
--   ARGV[1] now (seconds), '' for the server's clock  [2] job window  [3] total window  [4] seconds until a message counts as lost
-- The script's own arguments follow. No KEYS: names are computed from job ids (see keys.py).
-- Three constants are put before it by scripts.py: STAGES, the names in order, STATES, letter -> name, and FORMAT, the
-- newest format of batches that the caller can read.
-- A script runs alone on the server, so whatever it reads stays true until it returns.

local JOB_WINDOW, TOTAL_WINDOW, RESEND = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
-- One clock for all, the server's: those of workers on other machines may be wrong.
local clock = redis.call('TIME')
local NOW = tonumber(ARGV[1]) or clock[1] + clock[2] / 1000000
local FINISHED = #STAGES
local JOBS, RUNNING, EXPIRY, OUTBOX, RING, TURN, EMBARGO, WEBHOOKS, TOTALS =
  'wm:jobs', 'wm:running', 'wm:expiry', 'wm:outbox', 'wm:ring', 'wm:turn', 'wm:embargo', 'wm:webhooks', 'wm:totals'

local function key(job, part) return 'wm:' .. job .. ':' .. part end
local function field(job, name) return redis.call('HGET', key(job, 'job'), name) end
-- How often each thing has happened, in all jobs there ever were: these only grow.
local function tally(name, by) redis.call('HINCRBY', TOTALS, name, by) end

local function count(job, name, by)
  redis.call('HINCRBY', key(job, 'job'), name, by)
  if by > 0 then tally(name, by) end
end

local function ended(state) return state == 'finished' or state == 'cancelled' end

local function become(job, state)
  if field(job, 'state') == state then return end
  redis.call('HSET', key(job, 'job'), 'state', state)
  tally('job:' .. state, 1)
  if ended(state) then
    redis.call('HSET', key(job, 'job'), 'finished', NOW)
    redis.call('ZADD', EXPIRY, NOW + field(job, 'retention'), job)
    redis.call('ZREM', RUNNING, job)
  else
    redis.call('HDEL', key(job, 'job'), 'finished')
    redis.call('ZREM', EXPIRY, job)
    redis.call('ZADD', RUNNING, field(job, 'created'), job)
  end
end

local function event(job, kind, detail)
  redis.call('XADD', key(job, 'events'), 'MAXLEN', '~', 1000, '*', 'event', kind, 'detail', detail)
end

-- Whoever submitted the job and gave a webhook is to be told. Put down in the same instant as the change it tells of,
-- whatever dies next; the clerk delivers it. `seqs`: the stories it is about, if not about the job.
local function notify(job, kind, seqs)
  if not field(job, 'webhook') then return end
  local counts = {}
  for _, name in pairs(STATES) do counts[name] = tonumber(field(job, 'n:' .. name) or 0) end
  local number = redis.call('HINCRBY', key(job, 'job'), 'webhooks', 1)
  redis.call('HSET', key(job, 'hooks'), number, cjson.encode({type = kind, at = NOW, state = field(job, 'state'),
             received = tonumber(field(job, 'received')), counts = counts, seqs = seqs}))
  redis.call('ZADD', WEBHOOKS, NOW, job .. ':' .. number)
end

-- The stage a unit is at: a number, 'ingest', or nil when there is nothing left to do there.
local function stage_of(job, unit)
  if unit == 'ingest' then
    local state = field(job, 'state')
    return (state == 'queued' or state == 'ingesting') and 'ingest' or nil
  end
  local byte = redis.call('GETRANGE', key(job, 'stage'), unit, unit)
  return byte ~= '' and tonumber(byte) or nil
end

local function stage_name(stage) return stage == 'ingest' and stage or STAGES[stage + 1] end

-- First seq of a batch, and the state letters of its stories.
local function outcomes_of(job, batch)
  local first = tonumber(redis.call('ZSCORE', key(job, 'first'), batch))
  local follower = redis.call('ZSCORE', key(job, 'first'), batch + 1)
  local last = follower and tonumber(follower) - 1 or -1
  return first, redis.call('GETRANGE', key(job, 'outcome'), first, last)
end

-- Move stories from seq `first` on to the states of `letters`, one a story; '.' leaves a story as it is. Only the
-- moves that `may(old, new)` allows are made, and only those are counted.
local function move(job, first, letters, may)
  local old = redis.call('GETRANGE', key(job, 'outcome'), first, first + #letters - 1)
  local written, delta = {}, {}
  for i = 1, #old do
    local from, to = old:sub(i, i), letters:sub(i, i)
    if to ~= '.' and to ~= from and may(from, to) then
      delta[from], delta[to] = (delta[from] or 0) - 1, (delta[to] or 0) + 1
      written[i] = to
    else
      written[i] = from
    end
  end
  if next(delta) then
    redis.call('SETRANGE', key(job, 'outcome'), first, table.concat(written))
    for letter, by in pairs(delta) do count(job, 'n:' .. STATES[letter], by) end
  end
  return table.concat(written)
end

local function drop_lease(job, unit)
  redis.call('HDEL', key(job, 'lease'), unit .. ':token', unit .. ':until', unit .. ':tries', unit .. ':hand',
             unit .. ':since')
end

-- A unit's message is about to be sent: from now on it waits to be begun.
local function arm(job, unit)
  redis.call('ZADD', OUTBOX, NOW + RESEND, job .. ':' .. unit)
  redis.call('HSET', key(job, 'lease'), unit .. ':since', NOW)
end

-- A withheld story comes out; false when it is not withheld.
local function let_out(job, seq)
  redis.call('ZREM', EMBARGO, job .. ':' .. seq)
  if redis.call('GETRANGE', key(job, 'outcome'), seq, seq) ~= 'w' then return false end
  move(job, seq, 'd', function() return true end)
  event(job, 'released', seq)
  return true
end

-- A job with batches to release and room for them takes its turn behind all others. One of weight 4 has four times
-- the room and waits for a quarter of the others only, one of weight 1/4 for four rounds of them: turns only grow, so
-- each comes up in the end.
local function queue_up(job)
  local weight = tonumber(field(job, 'weight'))
  local room = math.max(1, math.floor(JOB_WINDOW * weight))
  if redis.call('LLEN', key(job, 'todo')) > 0 and tonumber(field(job, 'inflight')) < room then
    local lag = math.floor((1 / weight - 1) * redis.call('ZCARD', RING))
    redis.call('ZADD', RING, 'NX', redis.call('INCR', TURN) + lag, job)
  end
end

local function end_job(job, state)
  become(job, state)
  event(job, state, '')
  notify(job, 'job.' .. state)
end

local function finish_if_done(job)
  if field(job, 'state') == 'running' and tonumber(field(job, 'n:pending')) == 0 then end_job(job, 'finished') end
end

-- Let waiting batches in, one a job in turn, while the windows allow it. Adds {job, unit, stage} to `sends`.
local function release(sends)
  while redis.call('ZCARD', OUTBOX) < TOTAL_WINDOW do
    local job = redis.call('ZPOPMIN', RING)[1]
    if not job then break end
    local batch = redis.call('LPOP', key(job, 'todo'))
    if batch then
      count(job, 'inflight', 1)
      arm(job, batch)
      table.insert(sends, {job, batch, stage_of(job, batch)})
      queue_up(job)
    end
  end
  return sends
end

-- A batch has left the pipeline.
local function complete(job, batch)
  drop_lease(job, batch)
  if redis.call('ZREM', OUTBOX, job .. ':' .. batch) == 1 then count(job, 'inflight', -1) end
  event(job, 'batch', batch)
  finish_if_done(job)
  queue_up(job)
end
