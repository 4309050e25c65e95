import { builder } from './builder.ts';

export const RepairType = builder.enumType('RepairType', {
  description: 'What is done to the photo.',
  values: {
    SUPER_RESOLUTION: { description: 'Makes the picture larger and sharper.' },
    REPAIR: { description: 'Super-resolution, and takes away scratches, speckle and fading.' },
    COLORIZE: { description: 'Super-resolution and repair, and gives a grey picture its colours.' },
    REPLACE_BACKGROUND: {
      description: 'Swaps the background of an ID photo for the colour given as `background`.',
    },
  },
});
