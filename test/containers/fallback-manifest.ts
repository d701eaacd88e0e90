/** What deploy/install.yaml grants and starts, as long as there is none: the least `mooring run` needs. */
const plurals = ['elasticips', 'iamroles', 'kmskeys', 'images', 'imageschedules'];
const list = (names: readonly string[]) => `[${names.join(', ')}]`;

export const fallback = `
apiVersion: v1
kind: Namespace
metadata: { name: mooring-system }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: mooring, namespace: mooring-system }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: mooring }
rules:
  - apiGroups: [apiextensions.k8s.io]
    resources: [customresourcedefinitions]
    resourceNames: ${list(plurals.map((plural) => `${plural}.mooring.dev`))}
    verbs: [get]
  - { apiGroups: [mooring.dev], resources: ${list(plurals)}, verbs: [get, list, watch, patch] }
  - { apiGroups: [mooring.dev], resources: ${list(plurals.map((plural) => `${plural}/status`))}, verbs: [patch] }
  - { apiGroups: [mooring.dev], resources: [images], verbs: [create, delete] }
  - { apiGroups: [events.k8s.io], resources: [events], verbs: [create, patch] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: mooring }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: mooring }
subjects: [{ kind: ServiceAccount, name: mooring, namespace: mooring-system }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: mooring, namespace: mooring-system }
rules:
  - { apiGroups: [''], resources: [configmaps], verbs: [create] }
  - { apiGroups: [''], resources: [configmaps], resourceNames: [mooring-cluster], verbs: [get] }
  - { apiGroups: [coordination.k8s.io], resources: [leases], verbs: [create] }
  - { apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [mooring], verbs: [get, update] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: mooring, namespace: mooring-system }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: mooring }
subjects: [{ kind: ServiceAccount, name: mooring, namespace: mooring-system }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: mooring, namespace: mooring-system }
spec:
  selector: { matchLabels: { app: mooring } }
  template:
    metadata: { labels: { app: mooring } }
    spec:
      serviceAccountName: mooring
      terminationGracePeriodSeconds: 35
      containers:
        - name: operator
          image: mooring
          args: [run, --cluster-name=<EDIT-ME>, --leader-elect, --operator-namespace=mooring-system]
`;
