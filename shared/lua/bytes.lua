-- Put before all scripts, those on jobs and those on the dedup index.

-- Bytewise: Lua's own < follows the server's locale.
local function before(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = a:byte(i), b:byte(i)
    if x ~= y then return x < y end
  end
  return #a < #b
end

