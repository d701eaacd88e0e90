-- The health of a Mooring object, from its conditions (https://github.com/kubernetes-sigs/cli-utils, kstatus), with
-- Argo CD's Suspended where somebody holds it. Lua 5.1, as Argo CD runs it; "obj" is the object.
local metadata = obj.metadata
local status = obj.status or {}

local found = {}
for _, condition in ipairs(status.conditions or {}) do
  found[condition.type] = condition
end

local function is(type)
  return found[type] ~= nil and found[type].status == "True"
end

local function told(type)
  return found[type].reason .. ": " .. found[type].message
end

local function health(word, message)
  return { status = word, message = message }
end

if metadata.annotations ~= nil and metadata.annotations["mooring.dev/paused"] == "true" then
  return health("Suspended", "Paused by the annotation mooring.dev/paused")
end

-- What was said of an earlier generation says nothing of this one; -1: nobody has looked yet.
local current = status.observedGeneration == metadata.generation

if current and is("Stalled") then
  local reason = found["Stalled"].reason
  if reason == "Paused" or reason == "ReadOnly" then
    return health("Suspended", told("Stalled"))
  end
  return health("Degraded", told("Stalled"))
end

if metadata.deletionTimestamp ~= nil then
  return health("Progressing", "Being deleted")
end

if not current then
  return health("Progressing", "Not looked at yet")
end

if is("Reconciling") then
  return health("Progressing", told("Reconciling"))
end

if is("Ready") then
  if obj.kind == "ImageSchedule" and obj.spec ~= nil and obj.spec.suspend == true then
    return health("Suspended", "No new images are made: spec.suspend is true")
  end
  return health("Healthy", found["Ready"].message)
end

return health("Progressing", "Not Ready yet")
