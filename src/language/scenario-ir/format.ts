export const irSchema = 'amber.scenario.ir';
export const irVersion = 6;
