-- Takes back "pause".
if obj.metadata.annotations ~= nil then
  obj.metadata.annotations["mooring.dev/paused"] = nil
end
return obj
