-- Take failed stories up again, each batch at the earliest stage at which one of them failed.
-- ARGV[5] job  [6] batch  [7] stage number  [8] blob  [9] letters: 'p' for each story to retry, '.' for the others
-- [10] the blob that [8] was made from: if it is another by now, somebody else has retried the batch
-- Returns {how many, messages}; a batch that is in the pipeline is left alone.
local job, batch, stage = ARGV[5], ARGV[6], tonumber(ARGV[7])
if stage_of(job, batch) ~= FINISHED or field(job, 'state') ~= 'finished' and field(job, 'state') ~= 'running' then
  return {0, {}}
end
if redis.call('HGET', key(job, 'blob'), batch) ~= ARGV[10] then return {0, {}} end
local first = outcomes_of(job, batch)
local before = tonumber(field(job, 'n:pending'))
move(job, first, ARGV[9], function(from) return from == 'f' end)
local moved = tonumber(field(job, 'n:pending')) - before
if moved == 0 then return {0, {}} end
redis.call('HSET', key(job, 'blob'), batch, ARGV[8])
redis.call('SETRANGE', key(job, 'stage'), batch, stage)
for passed = stage + 1, FINISHED do count(job, 'passed:' .. STAGES[passed], -#ARGV[9]) end
become(job, 'running')
redis.call('RPUSH', key(job, 'todo'), batch)
queue_up(job)
event(job, 'retried', batch)
return {moved, release({})}
