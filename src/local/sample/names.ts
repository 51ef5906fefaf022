/** Word lists of the sample: plain, accented, non-Latin, and some that escape badly. */
export const FIRST_NAMES = ['Maria', 'James', 'Wei', 'Olga', 'Ravi', 'Fatima', 'Jürgen', 'Zoë', 'José', 'Łukasz', 'Aiko', 'Dmitri', 'Søren', 'Chloé', 'Kwame',
  'Ngọc', 'Yusuf', 'Ingrid', 'Tomás', 'Priya', 'Лев', '美咲', 'Nadia', 'Patrick', 'Ewa', 'Mateusz', 'Ana', 'Ben', 'Sinéad', 'Omar'] as const;

export const LAST_NAMES = ['Smith', 'Müller', 'Kowalska', "O'Brien", 'García', 'Nguyễn', 'Ivanova', 'Chen', 'Okafor', 'Haddad', 'Larsson', 'Dubois', 'Rossi',
  'Tanaka', 'Patel', 'van der Berg', 'Çelik', 'Novák', 'Silva', 'D\\Angelo', 'Ångström', 'Петров', 'Kim', 'Andersson', 'Popescu'] as const;

export const HANDLE_WORDS = ['quick', 'Silent', 'byte', 'Nova', 'red', 'Coder', 'algo', 'Zen', 'pixel', 'Storm', 'tiny', 'Rust', 'lambda', 'Fox', 'iron', 'Query',
  'delta', 'Moss', 'hex', 'Raven', 'graph', 'Kilo', 'node', 'Ember', 'vim', 'Atlas', 'bit', 'Orca', 'loop', 'Sage'] as const;

export const MAIL_DOMAINS = ['gmail.com', 'gmail.com', 'gmail.com', 'yahoo.com', 'hotmail.com', 'outlook.com', 'example.org', 'mail.ru', 'qq.com', 'gmx.de',
  'uni.example.edu', 'protonmail.com'] as const;

export const CITIES = ['Boston', 'Kraków', 'São Paulo', 'Pune', '北京', 'Lagos', 'Zürich', 'Hanoi', 'Glastonbury', 'Kyiv', 'Cairo', 'Montréal', 'Oslo', 'Perth'] as const;

export const TITLES = ['Software Engineer', 'Student', 'QA Lead', 'Data Scientist', 'Architect', 'CTO', 'Designer / Développeuse', 'Researcher \t(ML)', 'Consultant'] as const;

export const COMPANY_WORDS = ['Acme', 'Globex', 'Initech', 'Umbrella', 'Stark', 'Wayne', 'Soylent', 'Hooli', 'Vandelay', 'Wonka', 'Tyrell', 'Cyberdyne'] as const;

export const ACHIEVEMENTS = ['Won the match', 'First\nsubmission', 'Top 10 \\ finalist', 'Rated member 🎉', 'Tab\there', 'Reviewer of the month'] as const;
