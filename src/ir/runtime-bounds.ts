/** The most that makes sense, in the settings and in a plan. */
export const runtimeBounds = {
  restarts: 1_000_000,
  readySeconds: 86_400,
  cpuSeconds: 31_536_000,
  wallSeconds: 31_536_000,
  memoryMiB: 16_777_216,
  processes: 1_000_000,
  replicas: 1000,
} as const;
