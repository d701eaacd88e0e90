/** EC2's filters: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */

export interface Filter {
  readonly Name: string;
  readonly Values: string[];
}

/** How many values one filter takes. */
export const maxFilterValues = 200;

/** A filter for exactly these values: what AWS would read as a wildcard is escaped. */
export const filter = (name: string, values: readonly string[]): Filter => ({
  Name: name,
  Values: values.map((value) => value.replace(/[\\*?]/g, '\\$&')),
});

/** AWS answers an empty element where there is nothing. */
export const text = (value: string | undefined): string | undefined => value || undefined;
