/** Nominal types: a value of `Brand<number, 'EpochMs'>` is a number at run time and its own type to the compiler. */
declare const brand: unique symbol

export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name }
