-- Enter stories under their names and return what goes by each name.
--
-- KEYS[1]  prefix of every key (see register.py)
-- ARGV[1]  seconds a key lives
-- ARGV[2]  most records under a name in a generation; twice as many with kill notices
-- ARGV[3…] three per name: generation, the name's hash (10 bytes), the record (its first byte is 1 for a kill notice)
-- Returns  per name its records, of this generation and the two beside it, the one just entered among them.
--
-- Atomic, so that of any two stories of one name the one entered second sees the other. Entering again changes nothing.
local prefix, ttl, cap = KEYS[1], ARGV[1], tonumber(ARGV[2])
local call = redis.call

local function unpack_all(packed, into)
  local at = 1
  while at <= #packed do
    local size = packed:byte(at)
    into[#into + 1] = packed:sub(at + 1, at + size)
    at = at + 1 + size
  end
  return into
end

local function has(records, record)
  for _, other in ipairs(records) do
    if other == record then return true end
  end
  return false
end

local answers = {}
for at = 3, #ARGV, 3 do
  local generation, name, record = tonumber(ARGV[at]), ARGV[at + 1], ARGV[at + 2]
  local high, low = name:byte(1, 2)
  local function shard(step)
    return prefix .. string.format('%d:name:%04x', generation + step, high * 256 + low):sub(1, -2)
  end
  local key, field = shard(0), name:sub(2)
  local packed = call('HGET', key, field) or ''
  local records = unpack_all(packed, {})
  if not has(records, record) and #records < (record:byte(1) == 1 and 2 * cap or cap) then
    packed = packed .. string.char(#record) .. record
    records[#records + 1] = record
    -- Only a new key needs its time to live: it outlasts the generation anyway.
    if call('HSET', key, field, packed) == 1 and call('HLEN', key) == 1 then call('EXPIRE', key, ttl) end
  end
  for _, step in ipairs({ -1, 1 }) do unpack_all(call('HGET', shard(step), field) or '', records) end
  answers[#answers + 1] = records
end
return answers
