-- Enter stories under their names and return what goes by each name.
--
-- ARGV[1]  seconds a key lives
-- ARGV[2]  most records under a name in a generation; twice as many with kill notices
-- ARGV[3…] three per name: generation, the name's hash (10 bytes), the record (of a kill notice, its first byte is 1 or 129)
-- Returns  per name its records, of this generation and the two beside it, the one just entered among them.
--
-- Atomic, so that of any two stories of one name the one entered second sees the other. Entering again changes nothing.
-- Records have fields of their own, the first the name's, the others with a number behind: all in one value would soon be
-- longer than what a listpack holds, and the whole hash a table.
local ttl, cap = ARGV[1], tonumber(ARGV[2])

local function shard(generation, name)
  local high, low = name:byte(1, 2)
  return PREFIX .. string.format('%d:name:%04x', generation, high * 256 + low):sub(1, -2)
end

local function field(name, place) return name:sub(2) .. (place > 0 and string.char(place) or '') end

-- Adds the records under a name to a list.
local function read(generation, name, into)
  local key, place = shard(generation, name), 0
  local record = call('HGET', key, field(name, place))
  while record do
    into[#into + 1] = record
    place = place + 1
    record = call('HGET', key, field(name, place))
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
  local records = read(generation, name, {})
  if #records < (record:byte(1) % 128 == 1 and 2 * cap or cap) and not has(records, record) then
    local key = shard(generation, name)
    -- Only a new key needs its time to live: it outlasts the generation anyway.
    if call('HSET', key, field(name, #records), record) == 1 and call('HLEN', key) == 1 then call('EXPIRE', key, ttl) end
    records[#records + 1] = record
  end
  for _, step in ipairs({ -1, 1 }) do read(generation + step, name, records) end
  answers[#answers + 1] = records
end
return answers
