// Names, places and sentences that our own pages draw from.
const FIRST = 'Ana Ben Carla David Elif Femi Grace Hugo Ines Jonas Kemal Lena Mia Noor Omar Priya Quinn Rosa Sven Tara Uma Victor Wanda Yara Zoe'.split(' ');
const LAST = 'Adams Becker Chen Dumont Evans Farah Gupta Hansen Ito Jensen Kaya Lopez Moreau Novak Okafor Petrov Quist Rossi Silva Tanaka Ulrich Vega Weber Young Zhang'.split(' ');
const STREETS = 'Mill Lane,Station Road,High Street,Park Avenue,Church Row,Harbour Way,Oak Drive,River Walk,Castle Hill,Garden Close'.split(',');
const TOWNS = 'Leeds,Bristol,York,Dublin,Cardiff,Exeter,Ghent,Lund,Turin,Porto'.split(',');
const SENTENCES = [
  'Where is my invoice?', 'Please call me back.', 'The parcel never came.', 'Can I change my booking?',
  'Thank you for the quick help.', 'I cannot log in any more.', 'Do you ship to Norway?',
  'My card was charged twice.', 'See you on Monday.', 'That works for me.', 'I will be ten minutes late.',
  'Can we move it to Friday?', 'Please send the figures.', 'Looks good, go ahead.', 'Let us talk tomorrow.',
];
const SUBJECTS = [
  'Budget for spring', 'Lunch on Thursday', 'Your order has shipped', 'Minutes of the meeting', 'Holiday plans',
  'Broken printer', 'New parking rules', 'Photos from Sunday', 'Rent for June', 'Job application',
  'Concert tickets', 'School trip', 'Draft contract', 'Password reset', 'Garden party', 'Train times',
  'Weekly report', 'Team dinner', 'Library books due', 'Survey results',
];
const person = (draws) => `${draws.of(FIRST)} ${draws.of(LAST)}`;
const address = (name) => `${name.toLowerCase().replace(' ', '.')}@mail.test`;
const street = (draws) => `${1 + draws.below(98)} ${draws.of(STREETS)}, ${draws.of(TOWNS)}`;
