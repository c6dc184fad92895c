-- Insert the stories of a batch into the index and return what is there around each.
--
-- ARGV[1]  seconds a key lives
-- ARGV[2]  most texts a band bucket holds
-- ARGV[3]  most stories of the same text that are known by name
-- ARGV[4]  bands that a text must share to be similar
-- ARGV[5]  most similar texts returned for a story
-- ARGV[6…] five per story: generation, order key, text hash (13 bytes), bands (5 bytes each, none for a short text),
--          payload (opaque here)
-- Returns  { {per story: { {order keys of same texts}, {tags of similar texts} }}, {tag, record, tag, record, …} }
--
-- Atomic, so that of any two stories the one inserted second sees the other. Inserting a story again changes nothing
-- and finds what it found (and what has come since).
local ttl, cap, most, least, top = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local BAND, REF = 5, 4
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

local function at_place(refs, place) return struct.unpack('>I4', refs, (place - 1) * REF + 1) end

-- Adds a text to a band bucket, which is kept in the order of the texts' first stories. A full one keeps the first.
local function post(key, field, generation, refs, ref)
  local packed, count = struct.pack('>I4', ref), #refs / REF
  local order, place = order_of(record(generation, ref)), count
  while place > 0 and before(order, order_of(record(generation, at_place(refs, place)))) do place = place - 1 end
  if place == cap then return end
  refs = refs:sub(1, place * REF) .. packed .. refs:sub(place * REF + 1)
  write(key, field, refs:sub(1, cap * REF))
end

-- The texts that share at least `least` bands with this one, those that share most first, and no more than `top`.
local function similar(generation, near, bands, ref)
  local tags, shared = {}, {}
  for _, g in ipairs(near) do
    local prefix, mine, counts = PREFIX .. g .. ':band:', g == generation, {}
    for at = 1, #bands, BAND do
      local key, field = prefix .. bands:sub(at, at + 1), bands:sub(at + 2, at + BAND - 1)
      local refs, known = call('HGET', key, field) or '', false
      for place = 1, #refs / REF do
        local other = at_place(refs, place)
        if mine and other == ref then
          known = true
        else
          local count = (counts[other] or 0) + 1
          counts[other] = count
          if count == least then tags[#tags + 1] = g .. ':' .. string.format('%.0f', other) end
        end
      end
      if mine and not known then post(key, field, g, refs, ref) end
    end
    for _, tag in ipairs(tags) do
      local of, other = node(tag)
      if of == g then shared[tag] = counts[other] end
    end
  end
  local orders, best = {}, {}
  for _, tag in ipairs(tags) do orders[tag] = order_of(record(node(tag))) end
  table.sort(tags, function(a, b)
    if shared[a] ~= shared[b] then return shared[a] > shared[b] end
    return before(orders[a], orders[b])
  end)
  for place = 1, math.min(top, #tags) do best[place] = tags[place] end
  return best
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
for at = 6, #ARGV, 5 do
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
