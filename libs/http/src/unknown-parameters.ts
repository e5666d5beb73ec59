import { didYouMean, nearestName, type Synonyms } from '@app/problems';
import { ApiProperty } from '@nestjs/swagger';
import { NOCACHE } from './response-cache/cache-key.js';
import { type Dto, fieldNamesOf } from './validation.js';

/** A query parameter that the route does not know. The request is answered without it, as clients may send parameters of their own. */
export interface ParameterWarning {
  code: 'unknown_parameter';
  message: string;
  parameter: string;
  nearest: string | null;
}

export class ParameterWarningDto implements ParameterWarning {
  @ApiProperty({ enum: ['unknown_parameter'], description: 'The query has a parameter that this address ignores.' })
  code: 'unknown_parameter';

  @ApiProperty({ description: 'The code as a sentence.' })
  message: string;

  @ApiProperty({ description: 'Its name in the query.', example: 'limit' })
  parameter: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The parameter that was probably meant; null where none is near.',
    example: 'page_size',
  })
  nearest: string | null;
}

/** Warnings in one answer, and characters of a name in it: a query may have 16 KB. */
const MOST = 20;
const SHOWN_NAME = 100;

/** What other APIs call the parameters of lists. */
const CALLED_ELSEWHERE: Readonly<Record<string, string>> = {
  page_size: 'limit perpage size pagelimit top count rows take maxresults',
  page: 'offset skip start pagenumber pageno pageindex',
  cursor: 'after nextcursor pagetoken nextpagetoken startingafter continuationtoken',
  filters: 'where filter query conditions',
  search: 'q query text contains term keyword',
  sort_by: 'sort orderby order ordering sorting',
  sort_order: 'direction sortdirection order dir',
  ordering: 'sort orderby sortby order sorting',
  columns: 'fields select cols names',
  values: 'raw typed',
  due_before: 'dueto until',
  due_after: 'duefrom since',
};

const SYNONYMS: Synonyms = (() => {
  const meant = new Map<string, string[]>();
  for (const [parameter, words] of Object.entries(CALLED_ELSEWHERE))
    for (const word of words.split(' ')) meant.set(word, [...(meant.get(word) ?? []), parameter]);
  return meant;
})();

/** A warning for each parameter of a query that the DTO of the query has no field for, and that no route takes. */
export function unknownParameters(query: unknown, dto: Dto): ParameterWarning[] {
  const known = fieldNamesOf(dto);
  const given = Object.keys(query as object).filter((name) => !known.has(name) && name !== NOCACHE);
  return given.slice(0, MOST).map((name) => warningAbout(name, [...known]));
}

function warningAbout(name: string, known: readonly string[]): ParameterWarning {
  const parameter = name.length > SHOWN_NAME ? `${name.slice(0, SHOWN_NAME).toWellFormed()}…` : name.toWellFormed();
  const nearest = nearestName(name, known, SYNONYMS);
  return {
    code: 'unknown_parameter',
    message: `The parameter ${JSON.stringify(parameter)} is not known here, and was ignored.${didYouMean(nearest)}`,
    parameter,
    nearest,
  };
}
