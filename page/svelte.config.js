export default {
  compilerOptions: {
    runes: true,
    // Short names: they stand in every rule and every element of the one file.
    cssHash: ({ hash, filename }) => `s${hash(filename.replace(/^.*[/]src[/]/, '')).slice(0, 4)}`,
  },
};
