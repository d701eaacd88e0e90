-- Holds everything, deletion included.
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["mooring.dev/paused"] = "true"
return obj
