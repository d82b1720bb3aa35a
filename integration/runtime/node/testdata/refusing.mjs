import { listen, refuse } from '../lifecycle.mjs';

refuse('it does not like mornings');
listen();
