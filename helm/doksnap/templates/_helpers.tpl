{{- define "doksnap.name" -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" -}}
{{- end -}}

{{- define "doksnap.selector" -}}
app.kubernetes.io/name: doksnap
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "doksnap.labels" -}}
{{ include "doksnap.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "doksnap.secret" -}}
{{- if .Values.secret.existing -}}
{{ .Values.secret.existing }}
{{- else if .Values.secret.values -}}
{{ include "doksnap.name" . }}-environment
{{- end -}}
{{- end -}}
