-- Later findings about stories already written (a copy whose original came in after it, a kill).
-- ARGV[5] JSON [[job, seq, letter or '', rank, [part, value, part, value, …]], …]
-- A story that is pending, done or withheld can still be found to be something else, and a duplicate can be killed. What
-- is known of it is kept in whatever state it is. A part (`dedup`, …) is replaced only by one of a higher rank, so that
-- neither order nor repetition matter.
-- Returns how many stories were changed.
local MAY = {p = true, d = true, w = true}

local function note(job, seq, rank, part, value)
  local field = seq .. ':' .. part
  local old = redis.call('HGET', key(job, 'amend'), field)
  if old then
    local old_rank, old_value = old:match('^([^ ]*) (.*)$')
    if old_value == value or before(rank, old_rank) then return false end
  end
  redis.call('HSET', key(job, 'amend'), field, rank .. ' ' .. value)
  return true
end

local applied, killed = 0, {}
for _, amendment in ipairs(cjson.decode(ARGV[5])) do
  local job, seq, letter, rank, parts = unpack(amendment)
  local before = redis.call('GETRANGE', key(job, 'outcome'), seq, seq)
  local moves = letter ~= '' and before ~= letter and (MAY[before] or (letter == 'k' and before == 'u'))
  if before ~= '' then
    local changed = moves
    local over = ended(field(job, 'state'))
    for i = 1, #parts, 2 do changed = note(job, seq, rank, parts[i], parts[i + 1]) or changed end
    if moves then
      move(job, seq, letter, function() return true end)
      if before == 'w' then redis.call('ZREM', EMBARGO, job .. ':' .. seq) end
      finish_if_done(job)
      if letter == 'k' and over then
        killed[job] = killed[job] or {}
        table.insert(killed[job], tonumber(seq))
      end
    end
    if changed then applied = applied + 1 end
    if moves or (changed and parts[1] ~= 'dedup') then event(job, letter == 'k' and 'killed' or 'amended', seq) end
  end
end
for job, seqs in pairs(killed) do notify(job, 'story.killed', seqs) end
return applied
