export { connectRedis, onNodeLost } from './connect-redis.js';
