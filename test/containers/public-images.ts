/** What the suite that runs everything in containers pulls. */
export const publicImages = {
  k3s: 'docker.io/rancher/k3s:v1.33.4-k3s1',
  moto: 'docker.io/motoserver/moto:5.2.5',
} as const;
