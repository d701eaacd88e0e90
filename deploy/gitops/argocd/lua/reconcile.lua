-- Looks at AWS now: any new value will do.
local os = require("os")

if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["mooring.dev/reconcile-at"] = os.date("!%Y-%m-%dT%H:%M:%SZ")
return obj
