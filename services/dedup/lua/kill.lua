-- Mark stories as killed. Of two marks of one story the higher stays.
-- ARGV[1]  seconds a key lives
-- ARGV[2…] two per story: its order key, the mark
for at = 2, #ARGV, 2 do
  local job, seq = story_of(ARGV[at])
  local known = call('HGET', dead(job), seq)
  if not known or before(known, ARGV[at + 1]) then
    call('HSET', dead(job), seq, ARGV[at + 1])
    call('EXPIRE', dead(job), ARGV[1])
  end
end
