// Serves one child after another, and says in which process. One that is told to leave a mess cannot be followed by another.
import { ready, refuse, say, serve } from '../lifecycle.mjs';

serve(({ refused }) => {
  if (refused) return refuse(refused);
  let mess = false;
  ready({ process: process.pid });
  return {
    receive(message) {
      if (message.mess) mess = true;
      say({ echo: message });
    },
    close: () => !mess,
  };
});
