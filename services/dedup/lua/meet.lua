-- Enter stories under their names and return what goes by each name.
--
-- ARGV[1]  seconds a key lives
-- ARGV[2]  most records under a name in a generation; twice as many with kill notices
-- ARGV[3…] three per name: generation, the name's hash (10 bytes), the record (of a kill notice, its first byte is 1 or 129)
-- Returns  per name its records, of this generation and the two beside it, the one just entered among them.
--
-- Atomic, so that of any two stories of one name the one entered second sees the other. Entering again changes nothing.
-- Records have fields of their own: all in one value would soon be longer than what a listpack holds, and the whole hash a
-- table.
local ttl, cap = ARGV[1], tonumber(ARGV[2])

-- Key and field of a name's records: the first has the name's own field, the others one with a number behind.
local function entry(generation, name, nth) return place(generation, nth > 0 and name .. string.char(nth) or name) end

-- Adds the records under a name to a list.
local function read(generation, name, into)
  local nth = 0
  local record = call('HGET', entry(generation, name, nth))
  while record do
    into[#into + 1] = record
    nth = nth + 1
    record = call('HGET', entry(generation, name, nth))
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
    local key, field = entry(generation, name, #records)
    grow(generation, write(key, field, record, ttl), ttl)
    records[#records + 1] = record
  end
  for _, step in ipairs({ -1, 1 }) do read(generation + step, name, records) end
  answers[#answers + 1] = records
end
return answers
