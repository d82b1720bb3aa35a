import { listen } from '../lifecycle.mjs';

listen();
