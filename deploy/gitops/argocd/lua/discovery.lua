-- Which actions are offered for a Mooring object.
local annotations = obj.metadata.annotations or {}
local paused = annotations["mooring.dev/paused"] == "true"

local actions = {}
actions["pause"] = { ["disabled"] = paused }
actions["resume"] = { ["disabled"] = not paused }
actions["reconcile"] = { ["disabled"] = paused }
if obj.kind == "ImageSchedule" then
  actions["run-now"] = { ["disabled"] = paused }
end
return actions
