-- Insert the stories of a batch into the index and return what is there around each.
--
-- ARGV[1]  seconds a key lives
-- ARGV[2]  most texts of a band
-- ARGV[3]  most stories of the same text that are known by name
-- ARGV[4]  bands that a text must share to be similar
-- ARGV[5]  most similar texts returned for a story
-- ARGV[6…] five per story: generation, order key, text hash (13 bytes), bands (4 bytes each, none for a short text),
--          payload (opaque here)
-- Returns  { {per story: { {order keys of same texts}, {tags of similar texts} }}, {tag, record, tag, record, …} }
--
-- Atomic, so that of any two stories the one inserted second sees the other. Inserting a story again changes nothing
-- and finds what it found (and what has come since).
local ttl, cap, most, least, top = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local BAND, REF = 4, 4
local records = {}

-- A record is one byte (length of the order key), the order key, the payload.
local function record(generation, ref)
  local tag = generation .. ':' .. ref
  if not records[tag] then records[tag] = call('HGET', page('text', generation, ref), ref) end
  return records[tag], tag
end

local function put(generation, ref, order, payload)
  local rec = string.char(#order) .. order .. payload
  write(page('text', generation, ref), ref, rec, ttl)
  records[generation .. ':' .. ref] = rec
end

local function nth_of(refs, nth) return struct.unpack('>I4', refs, (nth - 1) * REF + 1) end

-- Adds a text to the others of a band, which are kept in the order of their first stories; if there are too many, the
-- first.
local function post(key, field, generation, refs, ref)
  local nth, order = #refs / REF, order_of(record(generation, ref))
  while nth > 0 and before(order, order_of(record(generation, nth_of(refs, nth)))) do nth = nth - 1 end
  if nth == cap then return end
  refs = refs:sub(1, nth * REF) .. struct.pack('>I4', ref) .. refs:sub(nth * REF + 1)
  call('HSET', key, field, refs:sub(1, cap * REF))
end

-- The texts that share at least `least` bands with this one, those that share most first, and no more than `top`.
local function similar(generation, near, bands, ref)
  local tags, shared, added = {}, {}, 0
  local packed = struct.pack('>I4', ref)
  for _, g in ipairs(near) do
    local mine, counts = g == generation, {}
    for at = 1, #bands, BAND do
      local key, field = place(g, bands:sub(at, at + BAND - 1))
      -- Most bands are nobody else's: one command for those instead of two.
      local new = mine and create(key, field, packed, ttl) == 1
      local refs, known = not new and call('HGET', key, field) or '', new
      for nth = 1, #refs / REF do
        local other = nth_of(refs, nth)
        if mine and other == ref then
          known = true
        else
          local count = (counts[other] or 0) + 1
          counts[other] = count
          if count == least then tags[#tags + 1] = g .. ':' .. string.format('%.0f', other) end
        end
      end
      if new then added = added + 1 elseif mine and not known then post(key, field, g, refs, ref) end
    end
    for _, tag in ipairs(tags) do
      local of, other = node(tag)
      if of == g then shared[tag] = counts[other] end
    end
  end
  grow(generation, added, ttl)
  local orders, best = {}, {}
  for _, tag in ipairs(tags) do orders[tag] = order_of(record(node(tag))) end
  table.sort(tags, function(a, b)
    if shared[a] ~= shared[b] then return shared[a] > shared[b] end
    return before(orders[a], orders[b])
  end)
  for nth = 1, math.min(top, #tags) do best[nth] = tags[nth] end
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
  local key, field = place(generation, text)
  local ref = tonumber(call('HGET', key, field) or nil)
  if not ref then
    ref = call('INCR', PREFIX .. generation .. ':count')
    if ref == 1 then call('EXPIRE', PREFIX .. generation .. ':count', ttl) end
    grow(generation, write(key, field, ref, ttl), ttl)
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
    write(seats(job, seq), seq .. ':from', first, ttl)
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
  write(seats(job, seq), seq, generation .. ':' .. ref, ttl)
  same[#same + 1] = call('HGET', seats(job, seq), seq .. ':from') or nil
  local near = { generation }
  for _, step in ipairs({ -1, 1 }) do
    local other = string.format('%d', generation + step)
    if table_of(other).size > 0 then
      near[#near + 1] = other
      local twin = call('HGET', place(other, text))
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
