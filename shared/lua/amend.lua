-- Later findings about stories already written (a copy whose original came in after it, say).
-- ARGV[5] JSON [[job, seq, letter, finding], …]; applying them twice changes nothing.
-- Only a story that is pending, done or withheld can still be found to be something else.
-- Returns how many were applied.
local applied = 0
for _, amendment in ipairs(cjson.decode(ARGV[5])) do
  local job, seq, letter, finding = unpack(amendment)
  local before = redis.call('GETRANGE', key(job, 'outcome'), seq, seq)
  if before == 'p' or before == 'd' or before == 'w' then
    move(job, seq, letter, function() return true end)
    if before == 'w' and letter ~= 'w' then redis.call('ZREM', EMBARGO, job .. ':' .. seq) end
    redis.call('HSET', key(job, 'amend'), seq, finding)
    event(job, 'amended', seq)
    finish_if_done(job)
    applied = applied + 1
  end
end
return applied
