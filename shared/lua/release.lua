-- A person lets a withheld story out before its time, or one that has none.
-- ARGV[5] job  [6] seq
-- Returns the story's state letter before; only 'w' is changed.
local job, seq = ARGV[5], tonumber(ARGV[6])
local before = redis.call('GETRANGE', key(job, 'outcome'), seq, seq)
if let_out(job, seq) and ended(field(job, 'state')) then notify(job, 'story.released', {seq}) end
return before
