-- Put before every script on the dedup index: how it names its keys, and what all its scripts ask of it. A *node* is a
-- text, its *tag* is `GENERATION:NUMBER`. The keys themselves are described in services/dedup/index.py.
local PREFIX = 'wm:dedup:3:'
local HEAD, PAGE, SEATS = 14, 256, 64
local call = redis.call

-- A story's order key ends with its job, in hex or packed behind a zero, and its seq (see order.py).
local function story_of(order)
  local job = order:sub(HEAD + 1, -5)
  if job:byte(1) == 0 then
    job = job:sub(2):gsub('.', function(byte) return string.format('%02x', byte:byte()) end):sub(1, -2)
  end
  return job, struct.unpack('>I4', order, #order - 3)
end

local function id_of(order)
  local job, seq = story_of(order)
  return job .. '-' .. string.format('%.0f', seq)
end

local function seats(job, seq) return PREFIX .. 'seat:' .. job .. ':' .. math.floor(seq / SEATS) end
local function dead(job) return PREFIX .. 'dead:' .. job end

local function node(tag)
  local generation, number = tag:match('^(.+):(%d+)$')
  return generation, tonumber(number)
end

local function page(kind, generation, number)
  return PREFIX .. generation .. ':' .. kind .. ':' .. math.floor(number / PAGE)
end

local function of_node(kind, tag)
  local generation, number = node(tag)
  return PREFIX .. generation .. ':' .. kind .. ':' .. string.format('%.0f', number)
end

local function paged(kind, tag)
  local generation, number = node(tag)
  return call('HGET', page(kind, generation, number), number)
end

-- A text's record begins with the order key of its first story, and before that its length.
local function order_of(record) return record:sub(2, 1 + record:byte(1)) end

-- The node of a story, and the order key of the first story with that text; nil for what is not remembered.
local function seat(job, seq)
  local tag = call('HGET', seats(job, seq), seq)
  local record = tag and paged('text', tag)
  if record then return tag, order_of(record) end
end

-- What a node follows: one byte for how strongly, the length of a tag, the tag, and the order key as it was then.
local function up(tag)
  local packed = paged('up', tag)
  if not packed then return nil end
  local size = packed:byte(2)
  return packed:sub(1, 1), packed:sub(3, 2 + size), packed:sub(3 + size)
end

local EXACT, NEAR, VERSION = '4', '3', '2'
