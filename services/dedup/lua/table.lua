-- Put before the scripts that use it, behind nodes.lua: one hash table per generation, `entry → value`, cut into buckets
-- that Redis keeps as listpacks. It grows by linear hashing (W. Litwin, *Linear hashing: a new tool for file and table
-- addressing*, 1980): whenever LOAD entries were added, one bucket is split in two. So buckets are as full and a story
-- costs as much, in time and memory, among ten thousand as among millions, and nothing is ever rebuilt at once.
--
-- An entry is named by a hash of 4 bytes or more. The first two say in which of the FIRST buckets it was to begin with;
-- the rest is its field, of which the first two bytes say where it goes when that is split.
local FIRST, LOAD = 1024, 48
local tables = {}

-- How many buckets there were, of so many, before the first of these was split again: FIRST, or twice that, and so on.
local function settled(buckets)
  local half = FIRST
  while 2 * half <= buckets do half = 2 * half end
  return half
end

local function of_size(generation, size)
  local buckets = FIRST + math.floor(size / LOAD)
  return { size = size, buckets = buckets, half = settled(buckets), name = PREFIX .. generation .. ':hash:' }
end

-- A generation's table as it is now.
local function table_of(generation)
  local known = tables[generation]
  if not known then
    known = of_size(generation, tonumber(call('GET', PREFIX .. generation .. ':size') or 0))
    tables[generation] = known
  end
  return known
end

-- The bucket in which an entry would be, of as many as there can be: from the one that it was in to begin with, or any
-- that came of it, and the first two bytes of its field.
local function last_of(number, high, low) return number % FIRST + FIRST * (256 * high + low) end

-- Key and field of an entry.
local function place(generation, hash)
  local now, a, b, c, d = table_of(generation), hash:byte(1, 4)
  local last = last_of(256 * a + b, c, d)
  local number = last % (2 * now.half)
  if number >= now.buckets then number = last % now.half end
  return now.name .. number, hash:sub(3)
end

-- Of a key that was given a field: only a new one needs its time to live, it outlasts the generation anyway.
local function bound(key, ttl)
  if call('HLEN', key) == 1 then call('EXPIRE', key, ttl) end
end

-- Returns how many fields were added.
local function write(key, field, value, ttl)
  local added = call('HSET', key, field, value)
  if added == 1 then bound(key, ttl) end
  return added
end

-- Writes a field unless it is there. Returns how many were added.
local function create(key, field, value, ttl)
  local added = call('HSETNX', key, field, value)
  if added == 1 then bound(key, ttl) end
  return added
end

-- In slices: Lua's stack holds some thousand values.
local function all(command, key, values)
  for at = 1, #values, 1000 do call(command, key, unpack(values, at, math.min(at + 999, #values))) end
end

-- Moves half of a bucket's entries to the new one, the table's `number`-th.
local function split(name, number, ttl)
  local half = settled(number)
  local from, to = name .. (number - half), name .. number
  local entries, fields, moved = call('HGETALL', from), {}, {}
  for at = 1, #entries, 2 do
    local field = entries[at]
    if last_of(number, field:byte(1, 2)) % (2 * half) == number then
      fields[#fields + 1] = field
      moved[#moved + 1], moved[#moved + 2] = field, entries[at + 1]
    end
  end
  all('HSET', to, moved)
  all('HDEL', from, fields)
  if #fields > 0 then call('EXPIRE', to, ttl) end
end

-- To be called when entries were added, before any other is looked for.
local function grow(generation, added, ttl)
  if added == 0 then return end
  local key, before = PREFIX .. generation .. ':size', table_of(generation)
  local now = of_size(generation, call('INCRBY', key, added))
  if before.size == 0 then call('EXPIRE', key, ttl) end
  for number = before.buckets, now.buckets - 1 do split(now.name, number, ttl) end
  tables[generation] = now
end
