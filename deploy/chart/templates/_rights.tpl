{{/* The kinds that are managed, of one scope: entries of files/kinds.yaml. AWSAccount cannot be left out. */}}
{{- define "mooring.kinds" -}}
{{- $chosen := list }}
{{- $wanted := .root.Values.watch.kinds }}
{{- include "mooring.checkKinds" .root }}
{{- range .root.Files.Get "files/kinds.yaml" | fromYamlArray }}
{{- if and (eq .scope $.scope) (include "mooring.manages" (dict "root" $.root "kind" .kind)) }}
{{- $chosen = append $chosen . }}
{{- end }}
{{- end }}
{{- toYaml $chosen }}
{{- end }}

{{/* What the operator does with the objects of one scope. */}}
{{- define "mooring.objectRules" -}}
{{- $kinds := include "mooring.kinds" . | fromYamlArray }}
{{- with $kinds }}
# Informers list and watch; a status that was written meanwhile is read again; finalizers are patched on.
- apiGroups: [mooring.dev]
  resources:
    {{- range . }}
    - {{ .plural }}
    {{- end }}
  verbs: [get, list, watch, patch]
- apiGroups: [mooring.dev]
  resources:
    {{- range . }}
    - {{ .plural }}/status
    {{- end }}
  verbs: [patch]
{{- range . }}
{{- if eq .kind "ImageSchedule" }}
# An ImageSchedule makes Images, and deletes those that its retention does not keep.
- apiGroups: [mooring.dev]
  resources: [images]
  verbs: [create, delete]
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Each AWS call is told as an Event of its object. */}}
{{- define "mooring.eventRules" -}}
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}

{{- define "mooring.subjects" -}}
- kind: ServiceAccount
  name: {{ include "mooring.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}

{{/* "true" or nothing: whether the operator manages .kind. IAMAccessKey has to be asked for by its own value. */}}
{{- define "mooring.manages" -}}
{{- $values := .root.Values -}}
{{- if eq .kind "AWSAccount" -}}
true
{{- else if eq .kind "IAMAccessKey" -}}
{{- if $values.accessKeys.namespaces }}true{{ end -}}
{{- else if or (empty $values.watch.kinds) (has .kind $values.watch.kinds) -}}
true
{{- end -}}
{{- end }}

{{- define "mooring.checkKinds" -}}
{{- $known := list }}
{{- range .Files.Get "files/kinds.yaml" | fromYamlArray }}
{{- if not (has .kind (list "AWSAccount" "IAMAccessKey")) }}
{{- $known = append $known .kind }}
{{- end }}
{{- end }}
{{- range .Values.watch.kinds }}
{{- if not (has . $known) }}
{{- fail (printf "watch.kinds: %s must be one of %s" . (join ", " $known)) }}
{{- end }}
{{- end }}
{{- if and (has "ImageSchedule" .Values.watch.kinds) (not (has "Image" .Values.watch.kinds)) }}
{{- fail "watch.kinds: ImageSchedule needs Image, too" }}
{{- end }}
{{- end }}
