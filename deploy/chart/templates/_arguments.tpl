{{/* The arguments of "mooring run"; what has its default is left out where the operator's own is the same. */}}
{{- define "mooring.arguments" -}}
{{- $v := .Values -}}
- run
- --cluster-name={{ $v.clusterName }}
{{- with $v.renameFrom }}
- --rename-from={{ . }}
{{- end }}
{{- with $v.aws.region }}
- --region={{ . }}
{{- end }}
{{- with $v.aws.endpointUrl }}
- --aws-endpoint-url={{ . }}
{{- end }}
{{- if $v.accounts.allowEndpoints }}
- --allow-endpoints
{{- end }}
{{- if $v.accounts.required }}
- --require-account
{{- end }}
{{- with $v.accounts.tokenDirectory }}
- --token-directory={{ . }}
{{- end }}
{{- range $key, $value := $v.aws.defaultTags }}
- {{ printf "--default-tag=%s=%s" $key $value | quote }}
{{- end }}
{{- range $v.watch.namespaces }}
- --namespace={{ . }}
{{- end }}
{{- with $v.watch.selector }}
- {{ printf "--selector=%s" . | quote }}
{{- end }}
{{- range $v.watch.kinds }}
- --kinds={{ . }}
{{- end }}
{{- if $v.accessKeys.namespaces }}
- --enable-access-keys
{{- end }}
{{- if $v.readOnly }}
- --read-only
{{- end }}
- --max-deletions={{ $v.maxDeletions | int }}
- --concurrency={{ $v.concurrency | int }}
- --resync={{ $v.resync }}
- --health-interval={{ $v.healthInterval }}
{{- if not $v.idleAddressWarning }}
- --no-idle-address-warning
{{- end }}
- --grace-period={{ $v.gracePeriodSeconds | int }}s
{{- if $v.leaderElection.enabled }}
- --leader-elect
{{- end }}
- --operator-namespace={{ .Release.Namespace }}
- --health-address=:{{ $v.health.port | int }}
- --metrics-address={{ $v.metrics.enabled | ternary (printf ":%d" ($v.metrics.port | int)) "0" }}
{{- if and $v.metrics.enabled $v.metrics.tls.secretName }}
- --metrics-cert-directory=/etc/mooring/metrics-certificate
{{- end }}
{{- if and $v.metrics.enabled $v.metrics.authentication }}
- --metrics-authentication
{{- end }}
- --log-level={{ $v.log.level }}
- --log-format={{ $v.log.format }}
{{- with $v.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end }}
