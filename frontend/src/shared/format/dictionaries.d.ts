// The dictionaries of @zxcvbn-ts/language-en one by one: its index has them all.
declare module "@zxcvbn-ts/language-en/dist/*.json.mjs" {
  const words: string[];
  export default words;
}
