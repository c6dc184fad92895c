-- Take webhooks that are due, each for as long as a lease: whoever took one and died leaves it to be taken again.
-- ARGV[5] how many, at most  [6] lease seconds
-- Returns {{job, number, URL, tenant, event (JSON), failures before}, …}
local taken = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', WEBHOOKS, '-inf', NOW, 'LIMIT', 0, ARGV[5])) do
  local job, number = member:match('^(.*):([^:]*)$')
  local said = redis.call('HMGET', key(job, 'hooks'), number, number .. ':failures')
  if said[1] then
    redis.call('ZADD', WEBHOOKS, NOW + ARGV[6], member)
    table.insert(taken, {job, tonumber(number), field(job, 'webhook'), field(job, 'tenant'), said[1], tonumber(said[2] or 0)})
  else
    redis.call('ZREM', WEBHOOKS, member) -- its job has expired
  end
end
return taken
