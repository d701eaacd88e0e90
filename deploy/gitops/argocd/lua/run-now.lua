-- Makes images now: any new value will do.
local os = require("os")

if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["mooring.dev/run-now"] = os.date("!%Y-%m-%dT%H:%M:%SZ")
return obj
