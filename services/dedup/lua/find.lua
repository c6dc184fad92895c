-- Insert the stories of a batch into the index and return what is there around each.
--
-- ARGV[1]  seconds a key lives
-- ARGV[2]  most texts a band bucket holds
-- ARGV[3]  most stories of the same text that are known by name
-- ARGV[4…] five per story: generation, order key, text hash (13 bytes), bands (6 bytes each, none for a short text),
--          payload (opaque here)
-- Returns  { {per story: { {order keys of same texts}, {tags of similar texts} }}, {tag, record, tag, record, …} }
--
-- Atomic, so that of any two stories the one inserted second sees the other. Inserting a story again changes nothing
-- and finds what it found (and what has come since).
local ttl, cap, most = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local BAND, REF = 6, 4
local records, alive = {}, {}

local function exists(generation)
  if alive[generation] == nil then alive[generation] = call('EXISTS', PREFIX .. generation .. ':count') == 1 end
  return alive[generation]
end

local function shard(generation, kind, hash)
  local high, low = hash:byte(1, 2)
  return PREFIX .. generation .. kind .. string.format('%04x', high * 256 + low):sub(1, 3)
end

-- Only a new key needs its time to live: it outlasts the generation anyway.
local function write(key, field, value)
  if call('HSET', key, field, value) == 1 and call('HLEN', key) == 1 then call('EXPIRE', key, ttl) end
end

-- A record is one byte (length of the order key), the order key, the payload.
local function record(generation, ref)
  local tag = generation .. ':' .. ref
  if not records[tag] then records[tag] = call('HGET', page('text', generation, ref), ref) end
  return records[tag], tag
end

local function put(generation, ref, order, payload)
  local rec = string.char(#order) .. order .. payload
  write(page('text', generation, ref), ref, rec)
  records[generation .. ':' .. ref] = rec
end

-- Adds a text to a band bucket. A full bucket keeps the texts of the first stories.
local function post(key, field, generation, refs, ref)
  local packed = struct.pack('>I4', ref)
  for at = 1, #refs, REF do
    if refs:sub(at, at + REF - 1) == packed then return end
  end
  if #refs / REF >= cap then
    local last, last_order
    for at = 1, #refs, REF do
      local order = order_of(record(generation, struct.unpack('>I4', refs, at)))
      if not last or before(last_order, order) then last, last_order = at, order end
    end
    if before(last_order, order_of(record(generation, ref))) then return end
    refs = refs:sub(1, last - 1) .. refs:sub(last + REF)
  end
  write(key, field, refs .. packed)
end

local function similar(generation, near, bands, ref)
  local tags, seen = {}, {}
  for at = 1, #bands, BAND do
    local hash = bands:sub(at, at + BAND - 1)
    local field = hash:sub(3)
    for _, g in ipairs(near) do
      local key = PREFIX .. g .. ':band:' .. hash:sub(1, 2) -- raw: formatting 24 of them took longer than reading them
      local refs = call('HGET', key, field) or ''
      for i = 1, #refs, REF do
        local other = struct.unpack('>I4', refs, i)
        local _, tag = record(g, other)
        if not seen[tag] and not (g == generation and other == ref) then
          seen[tag] = true
          tags[#tags + 1] = tag
        end
      end
      if g == generation then post(key, field, g, refs, ref) end
    end
  end
  return tags
end

-- A copy, known by name to its node while it is one of the first.
local function join(generation, ref, order)
  local key = PREFIX .. generation .. ':kin:' .. ref
  call('ZADD', key, 0, order)
  call('EXPIRE', key, ttl)
  call('ZREMRANGEBYRANK', key, most, -1)
end

-- Makes the story the first of its text in its generation, if it is. Returns the text's number, and whether an earlier
-- story is the first: that one has settled everything about this text already.
local function claim(generation, order, text, payload, same)
  local key = shard(generation, ':same:', text)
  local ref = tonumber(call('HGET', key, text) or nil)
  if not ref then
    ref = call('INCR', PREFIX .. generation .. ':count')
    if ref == 1 then call('EXPIRE', PREFIX .. generation .. ':count', ttl) end
    alive[generation] = true
    write(key, text, ref)
    put(generation, ref, order, payload)
    return ref, false
  end
  local first = order_of(record(generation, ref))
  if before(first, order) then
    same[#same + 1] = first
    join(generation, ref, order)
    return ref, true
  end
  if first ~= order then
    -- Remembered by the story that displaces it: should its worker die now, the repeat must find it again.
    local job, seq = story_of(order)
    write(seats(job, seq), seq .. ':from', first)
    put(generation, ref, order, payload)
    join(generation, ref, first)
    call('HDEL', page('up', generation, ref), ref) -- what the other followed; this one asks for itself
  end
  return ref, false
end

local found = {}
for at = 4, #ARGV, 5 do
  local generation, order, text, bands, payload = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local same, tags = {}, {}
  local ref, copy = claim(generation, order, text, payload, same)
  local job, seq = story_of(order)
  write(seats(job, seq), seq, generation .. ':' .. ref)
  same[#same + 1] = call('HGET', seats(job, seq), seq .. ':from') or nil
  local near = { generation }
  for _, step in ipairs({ -1, 1 }) do
    local other = string.format('%d', generation + step)
    if exists(other) then
      near[#near + 1] = other
      local twin = call('HGET', shard(other, ':same:', text), text)
      if twin then same[#same + 1] = order_of(record(other, tonumber(twin))) end
    end
  end
  if not copy then tags = similar(generation, near, bands, ref) end
  found[#found + 1] = { same, tags }
end

local used, list = {}, {}
for _, story in ipairs(found) do
  for _, tag in ipairs(story[2]) do
    if not used[tag] then
      used[tag] = true
      list[#list + 1] = tag
      list[#list + 1] = records[tag]
    end
  end
end
return { found, list }
