// Sends back what it is told, once it was told with which word to begin.
import { listen, ready, say } from '../lifecycle.mjs';

let word;
listen((message) => {
  if (word === undefined) {
    word = message.word;
    console.error('the word is ' + word);
    ready({ word });
    return;
  }
  if (message.fail) throw new Error(message.fail);
  say({ echo: message });
});
